import { Argument, type Command } from 'commander'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

/** The words that may follow a chain of command names: further names, and options. */
interface Words {
  readonly path: readonly string[]
  readonly names: readonly string[]
  readonly options: readonly string[]
}

/** `completion`: a shell script that completes commands and options. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .addHelpText(
      'after',
      [
        '',
        'For this session, in bash or zsh:  source <(counterfoil completion bash)   # or zsh',
        'In fish:                           counterfoil completion fish | source',
        'For every session put the same line into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish.',
      ].join('\n'),
    )
    .action((shell: Shell) => {
      const words = wordsOf(program)
      process.stdout.write(shell === 'fish' ? fishScript(words) : `${zshPrelude(shell)}${bashScript(words)}`)
    })
}

function wordsOf(command: Command, path: readonly string[] = []): Words[] {
  const own = {
    path,
    names: command.commands.map((child) => child.name()),
    options: [...command.options.flatMap(({ long }) => long ?? []), '--help'],
  }
  return [own, ...command.commands.flatMap((child) => wordsOf(child, [...path, child.name()]))]
}

/** Makes zsh understand the bash script. */
const zshPrelude = (shell: Shell): string =>
  shell === 'zsh' ? 'autoload -Uz compinit bashcompinit && compinit -u && bashcompinit\n' : ''

/** Completes file names where no command name or option is expected. */
function bashScript(words: readonly Words[]): string {
  const cases = words.map(
    ({ path, names, options }) =>
      `    "${path.join(' ')}") names="${names.join(' ')}"; options="${options.join(' ')}" ;;`,
  )
  return `_counterfoil() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path="" names="" options="" at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in -*) break ;; *) path="\${path:+$path }\${COMP_WORDS[at]}" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$word"))
  else COMPREPLY=($(compgen -W "$names" -- "$word")); fi
}
complete -o default -F _counterfoil counterfoil
`
}

function fishScript(words: readonly Words[]): string {
  const lines = words.flatMap(({ path, names, options }) => {
    const typed =
      path.length === 0
        ? '__fish_use_subcommand'
        : path.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ')
    const others = names.length === 0 ? '' : `; and not __fish_seen_subcommand_from ${names.join(' ')}`
    const condition = path.length === 0 ? typed : typed + others
    return [
      ...names.map((name) => `complete -c counterfoil -n '${condition}' -f -a ${name}`),
      ...options.map((option) => `complete -c counterfoil -n '${condition}' -l ${option.slice(2)}`),
    ]
  })
  return `${lines.join('\n')}\n`
}
