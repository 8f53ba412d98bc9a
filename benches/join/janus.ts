/** Debian's Janus with its video room alone, on loopback or whatever address the machine has: a conference server without an end-to-end layer. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, start, until } from '../../tests/e2e/harness/process'

const library = '/usr/lib/x86_64-linux-gnu/janus'

export interface Janus {
  readonly url: string
  stop(): Promise<void>
}

/** Null when this machine has none: the peer's column stays empty then. */
export async function startJanus(): Promise<Janus | null> {
  if (!existsSync('/usr/bin/janus')) return null
  const folder = mkdtempSync(join(tmpdir(), 'incamera-janus-'))
  const port = await freePort()
  mkdirSync(join(folder, 'none'))
  for (const [kind, name] of [
    ['plugins', 'videoroom'],
    ['transports', 'websockets'],
  ] as const) {
    mkdirSync(join(folder, kind))
    symlinkSync(join(library, kind, `libjanus_${name}.so`), join(folder, kind, `libjanus_${name}.so`))
  }
  const settings = (name: string, text: string): void => writeFileSync(join(folder, `janus${name}.jcfg`), text)
  settings(
    '',
    `general: { plugins_folder = "${folder}/plugins" transports_folder = "${folder}/transports" events_folder = "${folder}/none" loggers_folder = "${folder}/none" debug_level = 3 }
nat: { ice_ignore_list = "vmnet" ignore_mdns = true }
media: { }
`,
  )
  settings('.transport.websockets', `general: { ws = true ws_port = ${port} ws_ip = "127.0.0.1" wss = false }\nadmin: { admin_ws = false }\n`)
  settings('.plugin.videoroom', 'general: { }\n')
  const running = start('/usr/bin/janus', ['--configs-folder', folder, '--config', join(folder, 'janus.jcfg'), '--disable-colors'])
  await until('Janus listens', 15_000, () =>
    fetch(`http://127.0.0.1:${port}`).then(
      () => true,
      (error: { cause?: { code?: string } }) => error.cause?.code !== 'ECONNREFUSED',
    ),
  )
  return {
    url: `ws://127.0.0.1:${port}`,
    async stop() {
      await running.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
