/** The pnpm that runs this script (there may be none on PATH), else the one on PATH. */
export function pnpmCommand(): { program: string; args: readonly string[] } {
  const running = process.env.npm_execpath ?? ''
  if (!/pnpm[^/]*$/.test(running)) return { program: 'pnpm', args: [] }
  return /\.[cm]?js$/.test(running)
    ? { program: process.execPath, args: [running] }
    : { program: running, args: [] }
}
