const acts = new Set<() => void>()
let isListening = false

/**
 * Does something should the process end first: by `process.exit()`, which waits for nothing that is still to come.
 *
 * @param act - must be synchronous, and is called at most once.
 * @returns takes it back.
 */
export function atExit(act: () => void): () => void {
  // One listener for all: Node.js warns of many.
  if (!isListening) process.on('exit', doAll)
  isListening = true
  acts.add(act)
  return () => acts.delete(act)
}

function doAll(): void {
  for (const act of acts) {
    acts.delete(act)
    try {
      act()
    } catch {
      // Nobody is left to tell, and the next one is to be done as well.
    }
  }
}
