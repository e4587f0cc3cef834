/** The shells that completion is written for. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script for the shell's start-up file; it asks `kiada __complete WORD…` for the candidates. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# kiada completion for bash: source <(kiada completion bash)
_kiada() {
  local IFS=$'\\n' line word
  COMPREPLY=()
  # bash splits words at = and :, the names of flags and targets do not
  local before="\${COMP_LINE:0:COMP_POINT}"
  local -a words
  IFS=' ' read -r -a words <<<"$before"
  [[ $before == *' ' ]] && words+=('')
  word="\${words[\${#words[@]}-1]}"
  local current="\${COMP_WORDS[COMP_CWORD]}"
  [[ $current == '=' || $current == ':' ]] && current=''
  local cut=$(( \${#word} - \${#current} ))
  while IFS= read -r line; do
    line="\${line%%$'\\t'*}"
    [[ -n $line ]] && COMPREPLY+=("\${line:cut}")
  done < <(kiada __complete "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _kiada kiada`,
  zsh: `#compdef kiada
# kiada completion for zsh: source <(kiada completion zsh)
_kiada() {
  local -a candidates
  local line value description
  while IFS= read -r line; do
    value="\${line%%$'\\t'*}"
    description=""
    [[ "$line" == *$'\\t'* ]] && description="\${line#*$'\\t'}"
    candidates+=("\${value//:/\\\\:}\${description:+:$description}")
  done < <(kiada __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#candidates} )) && _describe 'kiada' candidates || _files
}
(( $+functions[compdef] )) && compdef _kiada kiada`,
  fish: `# kiada completion for fish: kiada completion fish | source
function __kiada_complete
  set -l words (commandline -opc) (commandline -ct)
  kiada __complete $words[2..-1] 2>/dev/null
end
complete -c kiada -f -a '(__kiada_complete)'`,
  powershell: `# kiada completion for PowerShell: kiada completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName kiada -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -eq '') { $words += '' }
  kiada __complete @words 2>$null | ForEach-Object {
    $value, $description = $_ -split "\`t", 2
    if (-not $description) { $description = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
  }
}`,
};
