import type { CompletedCommand, CompletedOption } from './completion.js'

/** The script for bash 4 and newer: a function of its own, which needs no package of completions. */
export function bashScript(
  name: string,
  commands: readonly CompletedCommand[],
  options: readonly CompletedOption[],
): string {
  const id = `_${name.replaceAll('-', '_')}`
  const names = commands.map((command) => command.name)
  return `# Completion of ${name} for bash. Take it in by: source <(${name} completion bash)
${id}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command= words= i
  # bash takes --flag=value for three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${names.join(' | ')}) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  COMPREPLY=()
  case "$command $prev" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$command" in
    '') words=${quoted([...names, ...flagsOf(options)])} ;;
${commands.map(wordsCase).join('\n')}
  esac
  # Files complete what these do not: -o default below.
  if [[ $cur == -* || -z $command || $words != -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}
complete -o bashdefault -o default -F ${id} ${name}
`
}

function valueCases({ name, options }: CompletedCommand): string[] {
  return options.flatMap(({ flags, value }) => {
    if (value === undefined) return []
    const pattern = flags.map((flag) => `'${name} ${flag}'`).join(' | ')
    if (value.kind === 'path') return [`    ${pattern}) return ;;`]
    if (value.kind === 'words')
      return [`    ${pattern}) COMPREPLY=($(compgen -W ${quoted(value.words)} -- "$cur")); return ;;`]
    // Outside of a completion, as in a test, there is nothing to set.
    return [`    ${pattern}) compopt +o default +o bashdefault 2>/dev/null; return ;;`]
  })
}

function wordsCase({ name, options, words = [] }: CompletedCommand): string {
  return `    ${name}) words=${quoted([...words, ...flagsOf(options)])} ;;`
}

function flagsOf(options: readonly CompletedOption[]): readonly string[] {
  return options.flatMap(({ flags }) => flags)
}

function quoted(words: readonly string[]): string {
  return `'${words.join(' ')}'`
}
