// What people read on a terminal, and programs in a table. Apart from the rest: the command line begins with it, and should not wait for more.
export { csvField } from './csv-field.js'
export { type Palette, paletteFor } from './palette.js'
export { printable } from './printable.js'
export { byteSize, grouped, magnitude } from './quantities.js'
export { type Column, table } from './table.js'
