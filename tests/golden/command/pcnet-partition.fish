# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_pcnet_partition_global_optspecs
    string join \n explain= color= h/help V/version
end

function __fish_pcnet_partition_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_pcnet_partition_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_pcnet_partition_using_subcommand
    set -l cmd (__fish_pcnet_partition_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -l explain -d 'Explains a diagnostic by its id, such as MD0010; lists all without one' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -s V -l version -d 'Print version'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "analyze" -d 'Prints where each function lives, and why'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "graph" -d 'Prints the call graph'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "report" -d 'Writes a page that shows the call graph and explains every placement'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "split" -d 'Emits the two crates and the plan'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "build" -d 'Builds the module for one kernel, and the user half'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "explain" -d 'Explains a diagnostic, or lists all'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "generate" -d 'Prints a man page or a shell\'s completions; packages are made with it'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l watch -d 'Runs again whenever a file of the driver or of its runtimes is saved, until Ctrl-C'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -l format -d 'How to print' -r -f -a "dot\t'For people: graphviz draws it'
svg\t'For people: a picture, drawn here'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -l crossings -d 'Draws only what crosses and how one gets there (with `--format svg`)'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l html -d 'The page to write: one file that needs no other and no network' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l against -d 'Shows what is different from another plan of this driver' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l out -d 'Where to put `kernel`, `user` and `plan.json`. What a split wrote there before is replaced' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l unsplit -d 'Puts everything into the kernel'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand build" -l kernel-dir -d 'Build directory of the target kernel (the one that `make -C` takes; from its headers package)' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand build" -l out -d 'Where the module, the user half and the launcher go' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand build" -l target-dir -d 'Cargo\'s target directory, to share it between builds [default: OUT/cargo]' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand build" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand build" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand explain" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand explain" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand generate" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze graph report split build explain generate help" -f -a "analyze" -d 'Prints where each function lives, and why'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze graph report split build explain generate help" -f -a "graph" -d 'Prints the call graph'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze graph report split build explain generate help" -f -a "report" -d 'Writes a page that shows the call graph and explains every placement'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze graph report split build explain generate help" -f -a "split" -d 'Emits the two crates and the plan'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze graph report split build explain generate help" -f -a "build" -d 'Builds the module for one kernel, and the user half'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze graph report split build explain generate help" -f -a "explain" -d 'Explains a diagnostic, or lists all'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze graph report split build explain generate help" -f -a "generate" -d 'Prints a man page or a shell\'s completions; packages are made with it'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze graph report split build explain generate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
