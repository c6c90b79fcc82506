import type { Command, Option } from 'commander'

/** What a shell is told of a command, so that it can complete it. */
export interface CompletedCommand {
  readonly name: string
  readonly summary: string
  readonly options: readonly CompletedOption[]
  /** Words that its argument may be; undefined for files. */
  readonly words: readonly string[] | undefined
}

/** What a shell is told of an option. */
export interface CompletedOption {
  /** Its spellings: `-i`, `--image`. */
  readonly flags: readonly string[]
  readonly description: string
  /** What its value may be; undefined where it takes none. */
  readonly value: CompletedValue | undefined
}

/** Words to choose from, a path, or something that only the user knows. */
export type CompletedValue =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'path' }
  | { readonly kind: 'free' }

/**
 * What there is to complete, from the commands and options themselves: what a script is made of can't be another list than what the
 * program takes.
 */
export function completedCommands(program: Command): readonly CompletedCommand[] {
  const help = program.createHelp()
  return help.visibleCommands(program).flatMap((command) => {
    const options = help.visibleOptions(command).map(completedOption)
    const [argument] = command.registeredArguments
    return [command.name(), ...command.aliases()].map((name) => ({
      name,
      summary: command.summary() || command.description(),
      options,
      // The command `help` takes the name of another.
      words:
        command.name() === 'help'
          ? program.commands.map((other) => other.name())
          : (argument?.argChoices ?? subcommandsOf(command)),
    }))
  })
}

/** Names of the commands below one that does nothing by itself. */
function subcommandsOf(command: Command): readonly string[] | undefined {
  const names = command.commands.map((other) => other.name())
  return names.length > 0 ? names : undefined
}

/** The options of the program itself. */
export function completedOptions(program: Command): readonly CompletedOption[] {
  return program.createHelp().visibleOptions(program).map(completedOption)
}

function completedOption(option: Option): CompletedOption {
  const { short, long, description } = option
  return {
    flags: [short, long].filter((flag) => flag !== undefined && flag !== null),
    description,
    value: option.required || option.optional ? valueTaken(option) : undefined,
  }
}

function valueTaken({ argChoices, flags }: Option): CompletedValue {
  if (argChoices !== undefined) return { kind: 'words', words: argChoices }
  return { kind: flags.includes('<path>') ? 'path' : 'free' }
}
