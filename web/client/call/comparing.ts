/** The page's part in emoji comparisons and codes from another screen: what is shown, and the person's word. The worker knows the rules. */
import type { CodeCheck, EmojiComparison } from '../api'
import { emojiOf } from '../security/emoji'
import type { ComparisonView } from '../worker/rpc'
import type { WorkerLink } from './worker_link'

export class Comparing {
  private view: ComparisonView | null = null

  constructor(
    private readonly link: () => WorkerLink | null,
    /** The person sees other emoji than the others. */
    private readonly differs: () => void,
  ) {}

  take(view: ComparisonView | null): void {
    this.view = view
  }

  get comparison(): EmojiComparison | undefined {
    if (this.view === null) return undefined
    const { numbers, ...rest } = this.view
    return { ...rest, emoji: emojiOf(numbers) }
  }

  async start(): Promise<void> {
    await this.link()
      ?.ask({ type: 'compare-emoji' })
      .catch(() => undefined)
  }

  async say(match: boolean, runId: string): Promise<void> {
    const taken = await this.link()
      ?.ask({ type: 'emoji-compared', match, runId })
      .catch(() => false)
    // Emoji that differed were on the screen, whatever became of their run since.
    if (!match && taken !== undefined) this.differs()
  }

  async check(text: string): Promise<CodeCheck> {
    const answer = await this.link()
      ?.ask({ type: 'pin', text })
      .catch(() => undefined)
    return (answer as CodeCheck | undefined) ?? { result: 'other-call' }
  }
}
