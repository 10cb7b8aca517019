# Completion of lab in fish. lab itself says what may come next, so this file does not age.
function __lab_complete
    set -l words (commandline -opc)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -e words[1]
    set -l word (commandline -ct)
    set -l plain (string unescape -- "$word")
    for line in ($program __complete -- $words "$plain" 2>/dev/null </dev/null)
        switch $line
            case :folders :files
                # fish completes the value of --flag=value as the whole word.
                set -l flag (string match -r -- '^--[^=]+=' "$word")
                set -l value (string replace -r -- '^--[^=]+=' '' "$word")
                set -l found
                if test $line = :folders
                    set found (__fish_complete_directories "$value" '')
                else
                    set found (__fish_complete_path (string unescape -- "$value") '')
                end
                printf '%s\n' "$flag"$found
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c lab -e
complete -c lab -f -k -a '(__lab_complete)'
