"""What each shell has to read once so that it asks actviz for completions."""

from __future__ import annotations

BASH = r"""# Completion of actviz in bash.
_actviz_complete() {
    local line kind=
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
    done < <(ACTVIZ_COMPLETE=bash ACTVIZ_LINE="${COMP_LINE:0:COMP_POINT}" ACTVIZ_WORD="$2" \
             ACTVIZ_TYPE="$COMP_TYPE" ACTVIZ_COLUMNS="$COLUMNS" "${1/#\~/$HOME}" 2>/dev/null)
    if [[ $kind != files ]]; then compopt +o default 2>/dev/null; fi
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:,@] ]]; then compopt -o nospace 2>/dev/null; fi
    return 0
}
complete -o default -F _actviz_complete actviz
"""

ZSH = r"""#compdef actviz
# Completion of actviz in zsh.
_actviz() {
    local line value entry kind
    local -a lines whole begun
    lines=("${(@f)$(ACTVIZ_COMPLETE=zsh ACTVIZ_WORD="${(Q)PREFIX}" \
        ${(Q)words[1]} "${(@Q)words[2,CURRENT-1]}" 2>/dev/null)}")
    kind=$lines[1]
    if [[ $kind == files ]]; then
        compset -P '--*='
        _files
        return
    fi
    for line in "${(@)lines[2,-1]}"; do
        value=${line%%$'\t'*}
        entry=${value//:/\\:}
        [[ -n ${line#*$'\t'} ]] && entry+=:${line#*$'\t'}
        if [[ $value == *[=:,@] ]]; then begun+=("$entry"); else whole+=("$entry"); fi
    done
    (( $#whole )) && _describe -V actviz whole -M 'm:{[:upper:]}={[:lower:]}'
    (( $#begun )) && _describe -V actviz begun -S '' -M 'm:{[:upper:]}={[:lower:]}'
}
if [[ $funcstack[1] == _actviz ]]; then
    _actviz "$@"
else
    compdef _actviz actviz
fi
"""

FISH = r"""# Completion of actviz in fish.
function __actviz_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l lines (ACTVIZ_COMPLETE=fish ACTVIZ_WORD="$word" $words[1] $words[2..] 2>/dev/null)
    if test "$lines[1]" = files
        set -l option (string match -r '^--[^=]*=' -- "$word")
        printf '%s\n' "$option"(__fish_complete_path (string replace -r '^--[^=]*=' '' -- "$word"))
    else
        printf '%s\n' $lines[2..]
    end
end
complete -c actviz -f -a '(__actviz_complete)'
"""

POWERSHELL = r"""# Completion of actviz in PowerShell.
Register-ArgumentCompleter -Native -CommandName actviz -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text.Trim([char]34, [char]39) })
    $command = $commandAst.CommandElements[0].Extent.Text
    $env:ACTVIZ_COMPLETE = 'powershell'
    $env:ACTVIZ_WORD = $wordToComplete.Trim([char]34, [char]39)
    try {
        $lines = @(& $command @before 2>$null)
    } finally {
        Remove-Item Env:ACTVIZ_COMPLETE, Env:ACTVIZ_WORD -ErrorAction SilentlyContinue
    }
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $value, $meaning = $_ -split "`t", 2
        if (-not $meaning) { $meaning = $value }
        $text = if ($value -match '[\s,]') { "'$value'" } else { $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $meaning)
    }
}
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH, "powershell": POWERSHELL}
