/**
 * What `mcp completion <shell>` prints. Each script asks the program itself for what may follow, so that a new command
 * or option needs no new script; each line of the answer is `word<TAB>description`, or `:files` alone for file names.
 */
import { COMPLETE } from "./words.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** Readline also splits words at `@`, `=` and `:`, so the part before the last of these is removed from the answers. */
const BASH = String.raw`# bash completion of mcp; put into ~/.bashrc:  source <(mcp completion bash)
_mcp_complete() {
  local line="\${COMP_LINE:0:COMP_POINT}" current="" stem="" breaks="" character word rest
  local -a typed
  read -ra typed <<<"$line"
  [[ $line == *[[:space:]] ]] && typed+=("")
  current="\${typed[\${#typed[@]}-1]}"
  for character in @ = :; do [[ $COMP_WORDBREAKS == *"$character"* ]] && breaks+="$character"; done
  [[ -n $breaks && $current == *[$breaks]* ]] && stem="\${current%"\${current##*[$breaks]}"}"
  COMPREPLY=()
  while IFS=$'\t' read -r word rest; do
    if [[ $word == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
      return
    fi
    COMPREPLY+=("\${word#"$stem"}")
  done < <("$1" ${COMPLETE} -- "\${typed[@]:1}" 2>/dev/null)
}
complete -F _mcp_complete mcp mcpctl
`;

const ZSH = String.raw`#compdef mcp mcpctl
# zsh completion of mcp; put into ~/.zshrc, below compinit:  source <(mcp completion zsh)
_mcp() {
  local -a lines pairs
  local line word tab=$'\t'
  lines=("\${(@f)$("\${(Q)words[1]}" ${COMPLETE} -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ \${lines[1]} == :files ]]; then _files; return; fi
  for line in $lines; do
    [[ -n $line ]] || continue
    word="\${\${line%%$tab*}//:/\\:}"
    if [[ $line == *$tab* ]]; then pairs+=("$word:\${line#*$tab}"); else pairs+=("$word"); fi
  done
  (( $#pairs )) && _describe mcp pairs
}
if [[ "\${funcstack[1]}" == _mcp ]]; then _mcp "$@"; else compdef _mcp mcp mcpctl; fi
`;

const FISH = String.raw`# fish completion of mcp:  mcp completion fish > ~/.config/fish/completions/mcp.fish
function __mcp_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines ($words[1] ${COMPLETE} -- $words[2..-1] 2>/dev/null)
    if test "$lines[1]" = ":files"
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $lines
    end
end
complete -c mcp -f -a '(__mcp_complete)'
complete -c mcpctl -f -a '(__mcp_complete)'
`;

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const satisfies Record<Shell, string>;

export function completionScript(shell: Shell): string {
  return SCRIPTS[shell].replaceAll("\\${", "${");
}
