import type { PageData } from '../src/report/html/page-data.js'

/** What the page carries for its drawings. It was written together with this program, and is what that said. */
export function readPageData(): PageData {
  const data: PageData = JSON.parse(document.getElementById('page-data')?.textContent ?? '')
  return data
}
