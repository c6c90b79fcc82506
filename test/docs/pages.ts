import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolders, root } from '../architecture/source-packages.js'

const guides = 'packages/trt/guides'

/** What users read, from the root: the README, those of the packages, and the guides. */
export const pages: readonly string[] = [
  'README.md',
  ...packageFolders()
    .filter((folder) => /^packages\/\w+$/.test(folder))
    .map((folder) => join(folder, 'README.md')),
  ...readdirSync(join(root, guides)).map((name) => join(guides, name)),
]
