import { type Layout, LayoutWriter } from '../layout.js'
import { tiffLayout } from './tiff.js'

const [DHT, SOI, EOI, SOS, DQT, DRI, APP1] = [0xc4, 0xd8, 0xd9, 0xda, 0xdb, 0xdd, 0xe1]
const STUFFED = 0x00
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![DHT, 0xc8, 0xcc].includes(marker)

/** Segments of a JPEG, each scan with the data behind its header: ITU-T T.81, annex B. */
export function jpegLayout(bytes: Buffer): Layout {
  const layout = new LayoutWriter('big')
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? SOI
    if (marker === EOI) break
    const length = bytes.readUInt16BE(at + 2)
    const name = `segment ${marker.toString(16)} at ${at}`
    let end = at + 2 + length
    layout.field(`length of ${name}`, at + 2, 2)
    describeSegment(layout, bytes, marker, at + 4)
    if (marker === SOS) end = endOfScan(bytes, end)
    layout.part(name, at, Math.min(end, bytes.length))
    at = end
  }
  return layout
}

function describeSegment(layout: LayoutWriter, bytes: Buffer, marker: number, at: number): void {
  if (isFrame(marker)) {
    layout.field('precision', at, 1)
    layout.row(['height', 'width'], at + 1, 2)
    layout.field('components', at + 5, 1)
    for (let component = 0; component < (bytes[at + 5] ?? 0); component += 1) {
      layout.row(['component', 'sampling', 'quantization table'], at + 6 + 3 * component, 1)
    }
  } else if (marker === SOS) {
    const components = bytes[at] ?? 0
    layout.field('components of the scan', at, 1)
    layout.row(Array(2 * components).fill('component of the scan'), at + 1, 1)
    layout.row(['spectral start', 'spectral end', 'approximation'], at + 1 + 2 * components, 1)
  } else if (marker === DQT) {
    layout.row(['table', 'quantizer', 'quantizer'], at, 1)
  } else if (marker === DHT) {
    layout.field('table', at, 1)
    layout.row(Array(16).fill('number of codes'), at + 1, 1)
    layout.row(Array(4).fill('symbol'), at + 17, 1)
  } else if (marker === DRI) {
    layout.field('restart interval', at, 2)
  } else if (marker === APP1 && bytes.toString('latin1', at, at + 4) === 'Exif') {
    layout.add(tiffLayout(bytes, at + 6))
  }
}

function endOfScan(bytes: Buffer, from: number): number {
  let at = from
  for (; at + 1 < bytes.length; at += 1) {
    const next = bytes[at + 1] ?? STUFFED
    if (bytes[at] === 0xff && next !== STUFFED && !isRestart(next)) return at
  }
  return bytes.length
}
