/** The page's end of worker/rpc.ts: starts the one worker that Trusted Types allow, asks it, hears it, notices when it is lost. */
import workerUrl from '../worker/worker.ts?worker&url'
import { ProblemError } from '../problem'
import type { Event, Request } from '../worker/rpc'

const PING_MS = 5_000

type Asked = Extract<Request, { id: number }>
type Question = Asked extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

/** Exactly this one script, of this origin. */
const scriptUrl = ((): string => {
  const only = (url: string): string => {
    if (url !== workerUrl || new URL(url, location.href).origin !== location.origin) throw new TypeError('not a script of ours')
    return url
  }
  const factory = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes
  return factory ? factory.createPolicy('incamera', { createScriptURL: only }).createScriptURL(workerUrl) : only(workerUrl)
})()

export class WorkerLink {
  readonly worker = new Worker(scriptUrl, { type: 'module', name: 'incamera' })
  private readonly questions = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void }>()
  private nextId = 1
  private readonly pinger: ReturnType<typeof setInterval>
  private isLost = false

  constructor(
    private readonly heard: (event: Exclude<Event, { type: 'answer' }>) => void,
    private readonly lost: () => void,
  ) {
    this.worker.onmessage = ({ data }: MessageEvent<Event>) => {
      if (data.type === 'answer') this.answered(data)
      else this.heard(data)
    }
    this.worker.onerror = this.worker.onmessageerror = () => this.lose()
    let answeredPing = true
    this.pinger = setInterval(() => {
      if (!answeredPing && document.visibilityState === 'visible') this.lose()
      answeredPing = false
      void this.ask({ type: 'alive' }).then(
        () => {
          answeredPing = true
        },
        () => undefined,
      )
    }, PING_MS)
  }

  /** Raises ProblemError with the worker's code. */
  ask(question: Question, transfer: Transferable[] = []): Promise<unknown> {
    const id = this.nextId++
    const asked = new Promise<unknown>((resolve, reject) => this.questions.set(id, { resolve, reject }))
    this.worker.postMessage({ ...question, id }, transfer)
    return asked
  }

  tell(request: Exclude<Request, Asked>, transfer: Transferable[] = []): void {
    this.worker.postMessage(request, transfer)
  }

  close(): void {
    this.isLost = true
    clearInterval(this.pinger)
    this.worker.terminate()
    for (const { reject } of this.questions.values()) reject(new ProblemError('local.worker-lost'))
    this.questions.clear()
  }

  private answered(answer: Extract<Event, { type: 'answer' }>): void {
    const question = this.questions.get(answer.id)
    this.questions.delete(answer.id)
    if (answer.problem) question?.reject(new ProblemError(answer.problem.code, answer.problem.detail))
    else question?.resolve(answer.value)
  }

  private lose(): void {
    if (this.isLost) return
    this.close()
    this.lost()
  }
}
