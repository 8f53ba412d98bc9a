/** A QR code as one path of an SVG: no canvas, no image, nothing that a content security policy must allow. */
import { html, type TemplateResult } from 'lit'
import { encode } from 'uqr'

/** Modules of quiet space around the code, as ISO/IEC 18004 asks for. */
const border = 4

export function qrCode(text: string, label: string): TemplateResult {
  const { size, path } = qrPath(text)
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect class="qr-paper" width=${size} height=${size} />
    <path class="qr-ink" d=${path} />
  </svg>`
}

/** Runs of dark modules, row by row, as rectangles of height one. */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  const { size, data } = encode(text, { ecc: 'M', border })
  return { size, path: data.map(rowPath).join('') }
}

function rowPath(row: readonly boolean[], y: number): string {
  let path = ''
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue
    const from = x
    while (row[x]) x++
    path += `M${from} ${y}h${x - from}v1H${from}z`
  }
  return path
}
