import { drawAll } from './drawings.js'
import { readPageData } from './read-page-data.js'
import { makeSortable } from './sorting.js'
import { ThemeSwitch } from './theme.js'

const theme = new ThemeSwitch()
for (const tools of document.querySelectorAll<HTMLElement>('.tools')) theme.offerIn(tools)
for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) makeSortable(table)
drawAll(readPageData(), theme)
