import type { CompletedCommand, CompletedOption } from './completion.js'

/** The script for fish: for a file \`NAME.fish\` in its completions, or to be sourced. */
export function fishScript(
  name: string,
  commands: readonly CompletedCommand[],
  options: readonly CompletedOption[],
): string {
  const names = commands.map((command) => command.name).join(' ')
  const none = quoted(`not __fish_seen_subcommand_from ${names}`)
  return [
    `# Completion of ${name} for fish. Take it in by: ${name} completion fish | source`,
    ...options.map((option) => `complete -c ${name} -n ${none} ${optionText(option)}`),
    ...commands.map(
      (command) => `complete -c ${name} -n ${none} -f -a ${command.name} -d ${quoted(command.summary)}`,
    ),
    ...commands.flatMap(({ name: command, options, words }) => {
      const seen = quoted(`__fish_seen_subcommand_from ${command}`)
      return [
        ...(words === undefined ? [] : [`complete -c ${name} -n ${seen} -f -a ${quoted(words.join(' '))}`]),
        ...options.map((option) => `complete -c ${name} -n ${seen} ${optionText(option)}`),
      ]
    }),
    '',
  ].join('\n')
}

function optionText({ flags, description, value }: CompletedOption): string {
  const spellings = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  )
  const text = [...spellings, `-d ${quoted(description)}`]
  if (value?.kind === 'path') text.push('-r -F')
  else if (value?.kind === 'words') text.push(`-x -a ${quoted(value.words.join(' '))}`)
  else if (value !== undefined) text.push('-x')
  return text.join(' ')
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
