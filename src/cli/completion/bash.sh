# Completion of lab in bash 3.2 or newer. lab itself says what may come next, so this file does not age.
_lab() {
  local part value last cut where= glue= i n
  local -a words
  words=()
  # bash splits --flag=value into three words.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    part=${COMP_WORDS[i]}
    n=$((${#words[@]} - 1))
    if [[ $part = '=' && $n -ge 0 && ${words[n]} = --* ]]; then
      words[n]+== glue=1
    elif [[ -n $glue ]]; then
      words[n]+=$part glue=
    else
      words+=("$part")
    fi
  done
  last=${words[${#words[@]} - 1]}
  part=${COMP_WORDS[COMP_CWORD]}
  [[ $part = '=' ]] && part=
  cut=${last%"$part"} # what bash has already taken as a word of its own
  for i in "${!words[@]}"; do
    part=${words[i]//\\/}
    words[i]=${part//[\'\"]/}
  done
  COMPREPLY=()
  while IFS=$'\t' read -r value _; do
    case $value in
      :folders | :files) where=$value ;;
      "$last"*) COMPREPLY+=("${value#"$cut"}") ;;
    esac
  done < <("${1/#\~/$HOME}" __complete -- "${words[@]}" 2>/dev/null </dev/null)
  # Names of files are readline's: it knows how they are quoted.
  case $where in
    :folders) compopt -o dirnames 2>/dev/null ;;
    :files) compopt -o default 2>/dev/null ;;
  esac
}
complete -F _lab lab
