/**
 * Hosts of our own in network namespaces: one for the server, one for each person, joined by cables that lead to the server alone.
 *
 *   person 1 ── 10.77.1.2 ═══ 10.77.1.1 ── server ── 10.77.2.1 ═══ 10.77.2.2 ── person 2
 *
 * There is no way from person to person but through the server, which has one address for all: 10.77.0.1. IPv6 likewise: fd77:1::2 ═ fd77:1::1, fd77::1.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start, until, type Running } from './process'

export const SERVER_ADDRESS = '10.77.0.1'

const ip = (...words: string[]): string => execFileSync('ip', words, { encoding: 'utf8' })

export class Network {
  private readonly made: string[] = []
  private readonly folder = mkdtempSync(join(tmpdir(), 'incamera-network-'))
  private constructor(private readonly prefix: string) {}

  /** Raises when this user may not make network namespaces: these tests need root. */
  static of(people: readonly number[]): Network {
    const network = new Network(`ic${process.pid}`)
    try {
      network.addHost('server')
      ip('-n', network.host('server'), 'addr', 'add', `${SERVER_ADDRESS}/32`, 'dev', 'lo')
      ip('-n', network.host('server'), 'addr', 'add', 'fd77::1/128', 'dev', 'lo')
      for (const person of people) network.addPerson(person)
    } catch (error) {
      network.stop()
      throw error
    }
    return network
  }

  host(name: string): string {
    return `${this.prefix}-${name}`
  }
  address(person: number): string {
    return `10.77.${person}.2`
  }

  /** Starts a program on a host. */
  start(host: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    return start('ip', ['netns', 'exec', this.host(host), command, ...args], env)
  }

  /** A program file that runs another one on a host, for whoever wants a path. */
  wrapper(host: string, program: string): string {
    const path = join(this.folder, `${host}-${program.replace(/\W/g, '-')}`)
    writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${this.host(host)} ${program} "$@"\n`)
    chmodSync(path, 0o755)
    return path
  }

  /** From now on nothing leaves or reaches this person over UDP. */
  blockUdp(person: number): void {
    // Into a cable whose other end nobody holds: as at a firewall, packets vanish without an error.
    const on = (...words: string[]): string => ip('-n', this.host(`p${person}`), ...words)
    on('link', 'add', 'pit', 'type', 'veth', 'peer', 'name', 'bottom')
    for (const end of ['pit', 'bottom']) on('link', 'set', end, 'up', 'arp', 'off')
    for (const family of ['-4', '-6']) {
      on(family, 'route', 'add', 'default', 'dev', 'pit', 'table', '100')
      on(family, 'rule', 'add', 'pref', '5', 'ipproto', 'udp', 'lookup', '100')
    }
  }

  /** Pulls this person's cable: their system knows at once that it has no network. */
  unplug(person: number): void {
    ip('-n', this.host(`p${person}`), 'link', 'set', `${this.prefix}p${person}`, 'down')
  }
  plugIn(person: number): void {
    const here = this.host(`p${person}`)
    ip('-n', here, 'link', 'set', `${this.prefix}p${person}`, 'up')
    ip('-n', here, 'route', 'replace', 'default', 'via', `10.77.${person}.1`)
  }

  /** A second cable to the server, as a phone has mobile data beside its Wi-Fi: it is used when the first one is gone. */
  addCable(person: number): void {
    this.lay(person, ['q', 't'], (last) => [[`10.78.${person}.${last}/24`]])
    ip('-n', this.host(`p${person}`), 'route', 'add', 'default', 'via', `10.78.${person}.1`, 'metric', '100')
  }

  /** Loses every packet of this person in both directions, while their system sees no change: as in a lift. */
  lose(person: number): void {
    for (const [host, device, neighbour] of this.ends(person))
      ip('-n', host, 'neigh', 'replace', neighbour, 'lladdr', '02:00:00:00:00:01', 'dev', device, 'nud', 'permanent')
  }
  find(person: number): void {
    for (const [host, device, neighbour] of this.ends(person)) ip('-n', host, 'neigh', 'del', neighbour, 'dev', device)
  }

  /** Everything that passes this person's cable, as text in which addresses can be looked for. */
  async capture(person: number): Promise<{ stop(): Promise<string> }> {
    const file = join(this.folder, `p${person}.pcap`)
    const running = this.start(`p${person}`, 'tcpdump', ['-i', `${this.prefix}p${person}`, '-U', '-s', '160', '-w', file, 'ip or ip6'])
    await until('tcpdump listens', 10_000, () => running.output().includes('listening on'))
    return {
      stop: async () => {
        await running.stop('SIGINT')
        return execFileSync('tcpdump', ['-n', '-r', file, '-xx'], { encoding: 'utf8', maxBuffer: 1 << 29, stdio: ['ignore', 'pipe', 'ignore'] })
      },
    }
  }

  stop(): void {
    for (const host of this.made.splice(0).reverse()) ip('netns', 'del', host)
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Both ends of a person's cable, and whom each sees at the other. */
  private ends(person: number): ReadonlyArray<readonly [string, string, string]> {
    return [
      [this.host('server'), `${this.prefix}s${person}`, this.address(person)],
      [this.host(`p${person}`), `${this.prefix}p${person}`, `10.77.${person}.1`],
    ]
  }

  private addHost(name: string): void {
    ip('netns', 'add', this.host(name))
    this.made.push(this.host(name))
    ip('-n', this.host(name), 'link', 'set', 'lo', 'up')
  }

  private addPerson(person: number): void {
    const here = this.host(`p${person}`)
    this.addHost(`p${person}`)
    this.lay(person, ['p', 's'], (last) => [[`10.77.${person}.${last}/24`], [`fd77:${person}::${last}/64`, 'nodad']])
    ip('-n', here, 'route', 'add', 'default', 'via', `10.77.${person}.1`)
    ip('-n', here, '-6', 'route', 'add', 'default', 'via', `fd77:${person}::1`)
  }

  /** A cable between the server and a person; its ends are named by a letter each, the person's first, and have these addresses. */
  private lay(person: number, [near, far]: readonly [string, string], addresses: (last: number) => ReadonlyArray<readonly string[]>): void {
    const [here, server] = [this.host(`p${person}`), this.host('server')]
    const nameOf = (letter: string): string => `${this.prefix}${letter}${person}`
    ip('-n', server, 'link', 'add', nameOf(far), 'type', 'veth', 'peer', 'name', nameOf(near), 'netns', here)
    for (const [host, device, last] of [
      [server, nameOf(far), 1],
      [here, nameOf(near), 2],
    ] as const) {
      for (const address of addresses(last)) ip('-n', host, 'addr', 'add', ...address.slice(0, 1), 'dev', device, ...address.slice(1))
      ip('-n', host, 'link', 'set', device, 'up')
    }
  }
}
