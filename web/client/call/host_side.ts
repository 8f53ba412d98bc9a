/** What the page knows of the host: which devices are the host's, what they decided, and on the host's own device who waits. */
import type { HostView } from '../api'
import type { Event, Waiting } from '../worker/rpc'

export class HostSide {
  /** This browser holds the host's key. */
  isHost = false
  locked = false
  private hosts: readonly string[] = []
  private waiting: readonly Waiting[] = []
  private newLink: string | undefined

  take({ hosts, locked, waiting }: Extract<Event, { type: 'host' }>): void {
    this.hosts = hosts
    this.locked = locked
    this.waiting = waiting
  }

  /** The room has another link. `hostPart`: what the host's own has at its end, as far as it is still known here. */
  relinked(link: string, hostPart: string | undefined): void {
    this.newLink = hostPart === undefined ? undefined : `${link}.${hostPart}`
  }

  forget(): void {
    this.hosts = []
    this.locked = false
    this.waiting = []
  }

  owns(deviceKey: string): boolean {
    return this.hosts.includes(deviceKey)
  }

  get view(): HostView | undefined {
    return this.isHost ? { waiting: this.waiting, ...(this.newLink === undefined ? {} : { newLink: this.newLink }) } : undefined
  }
}
