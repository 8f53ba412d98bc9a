/** The signs of the interface, drawn on a grid of 24 with one stroke. They are decoration: words always stand beside them. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit'

const shield = 'M12 3l7.5 2.8v5.4c0 4.6-3 8-7.5 9.8-4.5-1.8-7.5-5.2-7.5-9.8V5.8z'

const drawings = {
  microphone: svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`,
  'microphone-off': svg`<path d="M15 9V6a3 3 0 0 0-5.8-1M9 9v2a3 3 0 0 0 4.6 2.5M5.5 11.5a6.5 6.5 0 0 0 10.4 5.2M18.5 11.5c0 .9-.2 1.7-.5 2.5M12 18v3M4 4l16 16"/>`,
  camera: svg`<rect x="3" y="6.5" width="12.5" height="11" rx="2.5"/><path d="M15.5 11l5.5-3.5v9L15.5 13"/>`,
  'camera-off': svg`<path d="M9 6.5h4a2.5 2.5 0 0 1 2.5 2.5v2l5.5-3.5v9M15.5 15.5A2.5 2.5 0 0 1 13 17.5H5.5A2.5 2.5 0 0 1 3 15V9a2.5 2.5 0 0 1 2.5-2.5M4 4l16 16"/>`,
  screen: svg`<rect x="3" y="4.5" width="18" height="12" rx="2.5"/><path d="M8.5 20h7M12 13.5v-6M9 10l3-3 3 3"/>`,
  chat: svg`<path d="M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11L6.5 20v-4A2.5 2.5 0 0 1 4 13.5z"/>`,
  shield: svg`<path d="${shield}"/>`,
  'shield-check': svg`<path d="${shield}"/><path d="M8.5 12l2.5 2.5 4.5-5"/>`,
  'shield-half': svg`<path d="${shield}"/><path class="filled" d="M12 3v18c-4.5-1.8-7.5-5.2-7.5-9.8V5.8z"/>`,
  'shield-broken': svg`<path d="${shield}"/><path d="M9.5 9.5l5 5M14.5 9.5l-5 5"/>`,
  leave: svg`<path d="M13 4H6.5A1.5 1.5 0 0 0 5 5.5v13A1.5 1.5 0 0 0 6.5 20H13M10 12h10M16.5 8.5L20 12l-3.5 3.5"/>`,
  copy: svg`<rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2.5"/><path d="M15.5 8.5V6A2 2 0 0 0 13.5 4H6a2 2 0 0 0-2 2v7.5a2 2 0 0 0 2 2h2.5"/>`,
  check: svg`<path d="M5 12.5l4.5 4.5L19 7.5"/>`,
  close: svg`<path d="M6 6l12 12M18 6L6 18"/>`,
  send: svg`<path d="M4.5 11.5L20 4.5l-5 15.5-3.5-6.5zM11.5 13.5L20 4.5"/>`,
  speaker: svg`<path d="M4 10v4h3.5L12 18V6L7.5 10zM15.5 9.5a3.5 3.5 0 0 1 0 5M18 7a7 7 0 0 1 0 10"/>`,
  key: svg`<circle cx="8" cy="15.5" r="4"/><path d="M11 12.5l8.5-8.5M16 7.5l3 3"/>`,
  eye: svg`<path d="M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12z"/><circle cx="12" cy="12" r="3"/>`,
  'record-off': svg`<circle cx="12" cy="12" r="8.5"/><path d="M9.5 10a3 3 0 0 0 4.5 4M14.8 13a3 3 0 0 0-3.8-3.8M6 6l12 12"/>`,
  record: svg`<circle cx="12" cy="12" r="8.5"/><circle class="filled" cx="12" cy="12" r="3"/>`,
  server: svg`<rect x="4" y="4.5" width="16" height="6.5" rx="2"/><rect x="4" y="13" width="16" height="6.5" rx="2"/><path d="M7.5 7.8h.01M7.5 16.2h.01"/>`,
  relay: svg`<path d="M4 9h14M14.5 5.5L18 9l-3.5 3.5M20 15.5H6M9.5 12L6 15.5 9.5 19"/>`,
  straight: svg`<path d="M3.5 12h17M7 8.5L3.5 12 7 15.5M17 8.5l3.5 3.5-3.5 3.5"/>`,
  link: svg`<path d="M10 14a4 4 0 0 0 5.7 0l3.3-3.3A4 4 0 0 0 13.3 5l-1 1M14 10a4 4 0 0 0-5.7 0L5 13.3A4 4 0 0 0 10.7 19l1-1"/>`,
  lock: svg`<rect x="5" y="10.5" width="14" height="9.5" rx="2.5"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>`,
  person: svg`<circle cx="12" cy="8.5" r="4"/><path d="M4.5 20c1-4 4-6 7.5-6s6.5 2 7.5 6"/>`,
  notice: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 8v5M12 16v.01"/>`,
  wave: svg`<path d="M4 10v4M8 7v10M12 4.5v15M16 8v8M20 10.5v3"/>`,
  sliders: svg`<path d="M4 7.5h9M18 7.5h2M4 16.5h2M11 16.5h9"/><circle cx="15.5" cy="7.5" r="2.5"/><circle cx="8.5" cy="16.5" r="2.5"/>`,
  dots: svg`<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="3"/>`,
  hand: svg`<path d="M7.5 13V6.2a1.6 1.6 0 0 1 3.2 0V11M10.7 10.500V4.600a1.6 1.6 0 0 1 3.2 0V11M13.9 11V6.200a1.6 1.6 0 0 1 3.2 0v7.300c0 4-2.1 7-5.8 7-3 0-4.5-1.5-5.8-4l-2-3.800a1.5 1.5 0 0 1 2.5-1.600l1.5 2"/>`,
  pin: svg`<path d="M9 4h6l-.8 6 3.3 3.500v1.500h-11v-1.500L9.8 10zM12 15v5.5"/>`,
  unpin: svg`<path class="filled" d="M9 4h6l-.8 6 3.3 3.500v1.500h-11v-1.500L9.8 10z"/><path d="M12 15v5.5"/>`,
  grid: svg`<rect x="4" y="4.5" width="7" height="6.5" rx="1.5"/><rect x="13" y="4.5" width="7" height="6.5" rx="1.5"/><rect x="4" y="13" width="7" height="6.5" rx="1.5"/><rect x="13" y="13" width="7" height="6.5" rx="1.5"/>`,
  focus: svg`<rect x="3.5" y="4.5" width="12" height="15" rx="2"/><path d="M18.5 5.500h2M18.5 12h2M18.5 18.500h2"/>`,
  float: svg`<path d="M10 18H6a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v3"/><rect x="13" y="13" width="8" height="6.5" rx="1.5"/>`,
  full: svg`<path d="M4.5 9V4.500H9M15 4.500h4.500V9M19.5 15v4.500H15M9 19.500H4.500V15"/>`,
  keyboard: svg`<rect x="3" y="6" width="18" height="12" rx="2.5"/><path d="M7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8.5 14h7"/>`,
  more: svg`<path d="M8.5 5.5L15 12l-6.5 6.5"/>`,
} satisfies Record<string, SVGTemplateResult>

export type IconName = keyof typeof drawings

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${drawings[name]}</svg>`
}

/** The house sign: a room seen through its closed door, with the light on inside. */
export function mark(): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
    <rect class="mark-wall" x="2" y="2" width="44" height="44" rx="13" />
    <path class="mark-door" d="M14 39V20a10 10 0 0 1 20 0v19z" />
    <circle class="mark-light" cx="29" cy="27.5" r="2.3" />
    <path class="mark-floor" d="M10 39h28" />
  </svg>`
}
