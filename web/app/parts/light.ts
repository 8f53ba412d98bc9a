/**
 * The base of every element here: it renders into the page itself, not into a shadow root, so that one style sheet, ids for
 * labels, and every accessibility tool see one document.
 */
import { LitElement } from 'lit'

export class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this
  }
}
