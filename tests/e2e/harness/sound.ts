/**
 * A sound card for Firefox, which without one never starts WebAudio: PulseAudio with a sink that goes nowhere, in a folder of its own.
 * Chromium brings its own.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start, until } from './process'

export interface SoundCard {
  /** What a program must have in its environment to play into it. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export async function startSound(): Promise<SoundCard> {
  const folder = mkdtempSync(join(tmpdir(), 'incamera-sound-'))
  const socket = join(folder, 'native')
  const running = start(
    'pulseaudio',
    [
      '-n',
      '--daemonize=no',
      '--use-pid-file=no',
      '--exit-idle-time=-1',
      '--disable-shm=yes',
      '--load=module-null-sink',
      `--load=module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
    ],
    { HOME: folder, XDG_RUNTIME_DIR: folder, PULSE_RUNTIME_PATH: folder },
  )
  await until('PulseAudio listens', 10_000, () => existsSync(socket))
  return {
    environment: { PULSE_SERVER: `unix:${socket}` },
    async stop() {
      await running.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
