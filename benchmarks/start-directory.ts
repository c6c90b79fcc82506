/**
 * What the paths of a command line start at: pnpm runs programs in the repository's root, from wherever it was called.
 *
 * @param environment - of the process.
 */
export function startDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const { INIT_CWD: started, npm_lifecycle_event: script } = environment
  // Else it is of a package manager further up, which started a shell, say.
  const byPackageManager = started !== undefined && script?.startsWith('bench') === true
  return byPackageManager ? started : process.cwd()
}
