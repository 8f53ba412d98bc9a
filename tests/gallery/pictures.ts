/** Moving pictures without a camera: a painted sitter on a canvas, as a MediaStream. */
const walls = ['#c9b28f', '#9fb3b5', '#c79f86', '#a9b08a', '#b59aa9', '#8fa3b8']
const coats = ['#31536b', '#7a4a3a', '#3f5a3c', '#5b4468', '#8a6a2c', '#2f4a4a']
const skins = ['#e3b592', '#8d5b3f', '#c98f68', '#f0c9a8', '#6d4530', '#d8a27c']
const hairs = ['#2d2119', '#6b4a2b', '#1b1715', '#a9743f', '#3b2a20', '#77706a']

export function picture(seed: number, width = 640, height = 360): MediaStream {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  const draw = (): void => paint(context, seed, width, height)
  draw()
  const timer = setInterval(draw, 200)
  const stream = canvas.captureStream(5)
  stream.getTracks()[0]?.addEventListener('ended', () => clearInterval(timer))
  return stream
}

/** A shared screen: a page of a paper. */
export function page(width = 1_280, height = 800): MediaStream {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  const draw = (): void => {
    context.fillStyle = '#fbfaf7'
    context.fillRect(0, 0, width, height)
    context.fillStyle = '#2b2b2b'
    context.font = '600 44px serif'
    context.fillText('Agreement between the parties', 90, 120)
    context.font = '26px serif'
    for (let line = 0; line < 14; line++)
      context.fillText('The parties meet behind closed doors, and what is said there stays there.', 90, 200 + line * 40)
  }
  draw()
  const timer = setInterval(draw, 200)
  const stream = canvas.captureStream(5)
  stream.getTracks()[0]?.addEventListener('ended', () => clearInterval(timer))
  return stream
}

function paint(context: CanvasRenderingContext2D, seed: number, width: number, height: number): void {
  const pick = (list: readonly string[], step: number): string => list[(seed * step) % list.length] ?? '#888888'
  const middle = width / 2 + ((seed % 3) - 1) * width * 0.04
  const unit = height / 10
  const wall = context.createLinearGradient(0, 0, width, height)
  wall.addColorStop(0, pick(walls, 1))
  wall.addColorStop(1, '#5d5348')
  context.fillStyle = wall
  context.fillRect(0, 0, width, height)
  context.fillStyle = 'rgb(255 246 224 / 35%)'
  context.fillRect(width * (seed % 2 ? 0.72 : 0.1), unit, width * 0.16, unit * 4.5)
  const disc = (x: number, y: number, across: number, down: number, colour: string): void => {
    context.fillStyle = colour
    context.beginPath()
    context.ellipse(x, y, across, down, 0, 0, Math.PI * 2)
    context.fill()
  }
  disc(middle, unit * 11, unit * 4.4, unit * 4, pick(coats, 1))
  disc(middle, unit * 4.1, unit * 2, unit * 2.3, pick(hairs, 5))
  context.fillStyle = pick(skins, 1)
  context.fillRect(middle - unit * 0.6, unit * 5.6, unit * 1.2, unit * 2)
  disc(middle, unit * 4.7, unit * 1.6, unit * 2, pick(skins, 1))
  disc(middle - unit * 0.6, unit * 4.6, unit * 0.14, unit * 0.18, '#2b211b')
  disc(middle + unit * 0.6, unit * 4.6, unit * 0.14, unit * 0.18, '#2b211b')
  context.strokeStyle = '#2b211b'
  context.lineWidth = unit * 0.1
  context.beginPath()
  context.arc(middle, unit * 5.3, unit * 0.6, 0.3, Math.PI - 0.3)
  context.stroke()
}
