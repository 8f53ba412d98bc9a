/** What a person does in the gallery, and what they and the call notice of it. */
import type { Page } from 'puppeteer-core'

export const askedOf = (page: Page): Promise<readonly string[]> => page.evaluate(() => window.gallery.call?.asked ?? [])

export const pressIn = (page: Page, name: string): Promise<void> => page.locator(`aria/${name}[role="button"]`).click()

/** The role and name of what has the focus, as the accessibility tree tells it. */
export async function focusedIn(page: Page): Promise<string> {
  const find = (node: Awaited<ReturnType<typeof page.accessibility.snapshot>>): string | undefined => {
    if (!node) return undefined
    for (const child of node.children ?? []) {
      const found = find(child)
      if (found) return found
    }
    return node.focused ? `${node.role} ${node.name ?? ''}` : undefined
  }
  return find(await page.accessibility.snapshot()) ?? 'nothing'
}
