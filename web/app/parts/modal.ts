/** A native dialog that follows a property: the browser keeps the focus inside, makes the rest inert and gives the focus back. */
import { html, nothing, type TemplateResult } from 'lit'
import { say } from '../words/words'
import { icon } from './icons'
import { LightElement } from './light'

export abstract class Modal extends LightElement {
  static override properties = { open: { type: Boolean } }
  declare open: boolean
  protected abstract readonly heading: string
  protected abstract readonly shape: 'wide' | 'narrow'

  constructor() {
    super()
    this.open = false
  }

  protected abstract content(): TemplateResult

  /** Whether a press outside and the sign in the corner close it. */
  protected get closable(): boolean {
    return true
  }

  override render(): TemplateResult {
    return html`<dialog class=${this.shape} aria-label=${this.heading} @cancel=${this.#cancelled} @close=${this.#closed} @click=${this.#pressed}>
      ${
        this.open
          ? html`<div class="dialog-sheet">
              <header class="dialog-head">
                <h2 tabindex="-1" autofocus>${this.heading}</h2>
                ${
                  this.closable
                    ? html`<button type="button" class="quiet square" aria-label=${say('close')} @click=${this.#close}>${icon('close')}</button>`
                    : nothing
                }
              </header>
              <div class="dialog-body">${this.content()}</div>
            </div>`
          : nothing
      }
    </dialog>`
  }

  protected override updated(): void {
    const dialog = this.#dialog
    if (this.open && !dialog.open) dialog.showModal()
    if (!this.open && dialog.open) dialog.close()
  }

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector('dialog') as HTMLDialogElement
  }

  readonly #close = (): void => void this.dispatchEvent(new Event('dismiss'))

  /** At once: the browser tells of the close a moment later, when another press may already have opened it again. */
  readonly #cancelled = (): void => {
    if (this.closable) this.#close()
  }

  /** The dialog itself is only its backdrop: the sheet covers the rest. */
  readonly #pressed = (event: Event): void => {
    if (this.closable && event.target === this.#dialog) this.#close()
  }

  readonly #closed = (): void => {
    if (this.open && !this.#dialog.open) this.#close()
  }
}
