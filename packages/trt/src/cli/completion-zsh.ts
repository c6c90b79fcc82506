import type { CompletedCommand, CompletedOption, CompletedValue } from './completion.js'

/** The script for zsh: for a file \`_NAME\` in \`$fpath\`, or to be sourced after compinit. */
export function zshScript(
  name: string,
  commands: readonly CompletedCommand[],
  options: readonly CompletedOption[],
): string {
  const id = `_${name.replaceAll('-', '_')}`
  return `#compdef ${name}
# Completion of ${name} for zsh. Take it in by: source <(${name} completion zsh)
${id}() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C \\
${options.map((option) => `    ${argumentOf(option)} \\\n`).join('')}    '1: :->command' '*:: :->rest' && return
  case $state in
    command)
      local -a commands
      commands=(
${commands.map(({ name, summary }) => `        ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
      )
      _describe command commands ;;
    rest)
      case $line[1] in
${commands.map(commandCase).join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _${name} ]]; then ${id} "$@"; else compdef ${id} ${name}; fi
`
}

function commandCase({ name, options, words }: CompletedCommand): string {
  const rest = words === undefined ? '*: :_files' : `*: :(${words.join(' ')})`
  return `        ${name}) _arguments ${[...options.map(argumentOf), quoted(rest)].join(' ')} ;;`
}

function argumentOf({ flags, description, value }: CompletedOption): string {
  const text = description.replace(/[\\[\]:]/g, '\\$&')
  const action = value === undefined ? '' : `: :${actionOf(value)}`
  // Spellings of one option exclude each other; zsh reads = of long ones where they say so.
  const specs = flags.map((flag) => {
    const assigned = value !== undefined && flag.startsWith('--') ? '=' : ''
    return quoted(`*${flag}${assigned}[${text}]${action}`)
  })
  return specs.join(' ')
}

function actionOf(value: CompletedValue): string {
  if (value.kind === 'words') return `(${value.words.join(' ')})`
  return value.kind === 'path' ? '_files' : ' '
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
