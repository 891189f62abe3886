# Offers words, or one kind of path, that begin with what stands at the cursor.
_diabolo_offer() {
  local current=$1 kind=$2 run
  shift 2
  case $kind in
    words) COMPREPLY+=($(compgen -W "$*" -- "$current")) ;;
    bash) COMPREPLY+=($(compgen -W bash -- "$current")) ;;
    folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    data)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -W "$_diabolo_data" -- "$current"; compgen -f -- "$current")
      ;;
    runs)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <({
        for run in runs/*/model.safetensors; do
          run=${run%/model.safetensors}
          [[ -d $run && $run == "$current"* ]] && printf '%s\n' "$run"
        done
        compgen -f -- "$current"
      } | sort -u)
      ;;
  esac
}

_diabolo() {
  local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} option='' at word
  local -a kinds
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "$_diabolo_commands help --help --version" -- "$current"))
    return
  fi
  # bash cuts words at '=': --loss=bce is three of them.
  if [[ $current == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 1]} current=''
  elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  elif _diabolo_takes_value "${COMP_WORDS[COMP_CWORD - 1]}"; then
    option=${COMP_WORDS[COMP_CWORD - 1]}
  fi
  if [[ $option ]]; then
    _diabolo_offer "$current" $(_diabolo_values "$option")
    return
  fi
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$(_diabolo_options "$command")" -- "$current"))
    return
  fi
  # How many words without dashes stand before this one.
  local before=0
  for ((at = 2; at < COMP_CWORD; ++at)); do
    word=${COMP_WORDS[at]}
    if [[ $word == = ]] || _diabolo_takes_value "$word"; then
      ((++at))
    elif [[ $word != -* ]]; then
      ((++before))
    fi
  done
  kinds=($(_diabolo_words "$command"))
  ((${#kinds[@]} > 0)) || return 0
  if [[ ${kinds[-1]} == more ]]; then
    unset 'kinds[-1]'
    ((before < ${#kinds[@]})) || before=$((${#kinds[@]} - 1))
  fi
  ((before < ${#kinds[@]})) || return 0
  _diabolo_offer "$current" "${kinds[before]}"
}

complete -F _diabolo diabolo
