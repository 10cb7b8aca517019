#compdef lab
# Completion of lab in zsh. lab itself says what may come next, so this file does not age.
_lab() {
  local value text where program=${(Q)words[1]}
  local -a before offered
  before=()
  (( CURRENT > 2 )) && before=("${(@Q)words[2,CURRENT-1]}")
  while IFS=$'\t' read -r value text; do
    case $value in
      (:folders | :files) where=$value ;;
      (*) offered+=("${value//:/\\:}${text:+:$text}") ;;
    esac
  done < <("${program/#\~/$HOME}" __complete -- "${before[@]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)
  if [[ -n $where ]]; then
    compset -P '--*='
    case $where in
      (:folders) _files -/ ;;
      (:files) _files ;;
    esac
    return
  fi
  _describe -V lab offered
}
if [[ ${funcstack[1]} = _lab ]]; then
  _lab "$@"
else
  (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit }
  compdef _lab lab
fi
