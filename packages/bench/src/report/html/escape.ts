import { printable } from '../../text/printable.js'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element or a quoted attribute. What steers text without being seen is written out. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/** A sentence of ours: a number and its unit stay on one line. */
export function escapeSentence(text: string): string {
  return escapeHtml(text).replace(/(?<=\d) (?=%|s\b|ms\b|MB\b)/g, '\u00a0')
}

/** JSON that can stand within a script element: nothing in it ends the element or begins a comment. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}
