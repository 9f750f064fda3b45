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
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "why" -d 'Prints why a function is where it is, what it would cost elsewhere, and what would have to change'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "graph" -d 'Prints the call graph'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "report" -d 'Writes a page that shows the call graph and explains every placement'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "split" -d 'Emits the two crates and the plan'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "merge" -d 'Makes the driver\'s source again from the two crates, byte for byte'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "verify" -d 'Compares the call graph with what the compiler sees'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "profile" -d 'Shows profiles, adds them up, and makes them of what kernel tools record'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "repartition" -d 'Makes a plan for what profiles recorded, and prints what moves, why, and what it saves'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "build" -d 'Builds the module for one kernel, and the user half'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "explain" -d 'Explains a diagnostic, or lists all'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "generate" -d 'Prints a man page or a shell\'s completions; packages are made with it'
complete -c pcnet-partition -n "__fish_pcnet_partition_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l plan -d 'A plan that says where functions live: plan.json of a split, or what `repartition` wrote' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l profile -d 'A recorded profile; several are added up. Without one, frequencies are assumed' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l lambda -d 'What a line in the kernel is worth, in instructions per second [default: 10000]' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l budget -d 'Takes the plan with the fewest lines in the kernel that costs at most this share of what the machine executed while the profile was recorded, such as 5%' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l watch -d 'Runs again whenever a file of the driver or of its runtimes is saved, until Ctrl-C'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l sweep -d 'Prints every plan that is best at some price of a line in the kernel, instead'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -l suggest -d 'Prints the edits of the source that would move the most code out of the kernel, instead'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand analyze" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand why" -l plan -d 'A plan that says where functions live: plan.json of a split, or what `repartition` wrote' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand why" -l profile -d 'A recorded profile; several are added up. Without one, frequencies are assumed' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand why" -l lambda -d 'What a line in the kernel is worth, in instructions per second [default: 10000]' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand why" -l budget -d 'Takes the plan with the fewest lines in the kernel that costs at most this share of what the machine executed while the profile was recorded, such as 5%' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand why" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand why" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -l format -d 'How to print' -r -f -a "dot\t'For people: graphviz draws it'
svg\t'For people: a picture, drawn here'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -l plan -d 'A plan that says where functions live: plan.json of a split, or what `repartition` wrote' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -l profile -d 'A recorded profile; several are added up. Without one, frequencies are assumed' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -l lambda -d 'What a line in the kernel is worth, in instructions per second [default: 10000]' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -l budget -d 'Takes the plan with the fewest lines in the kernel that costs at most this share of what the machine executed while the profile was recorded, such as 5%' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -l crossings -d 'Draws only what crosses and how one gets there (with `--format svg`)'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l html -d 'The page to write: one file that needs no other and no network' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l against -d 'Shows what is different from another plan of this driver' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l plan -d 'A plan that says where functions live: plan.json of a split, or what `repartition` wrote' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l profile -d 'A recorded profile; several are added up. Without one, frequencies are assumed' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l lambda -d 'What a line in the kernel is worth, in instructions per second [default: 10000]' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l budget -d 'Takes the plan with the fewest lines in the kernel that costs at most this share of what the machine executed while the profile was recorded, such as 5%' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l out -d 'Where to put `kernel`, `user` and `plan.json`. What a split wrote there before is replaced' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l plan -d 'A plan that says where functions live: plan.json of a split, or what `repartition` wrote' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l profile -d 'A recorded profile; several are added up. Without one, frequencies are assumed' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l lambda -d 'What a line in the kernel is worth, in instructions per second [default: 10000]' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l budget -d 'Takes the plan with the fewest lines in the kernel that costs at most this share of what the machine executed while the profile was recorded, such as 5%' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l instrument -d 'Has every function count its calls, its callers and its cost: to record a profile. Each half of a split driver counts for itself; `profile merge` adds them up'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l traceable -d 'Has the kernel\'s tracers see every call of every function of the kernel half: none is inlined, and `build` prepares each one for ftrace, function_graph and probes'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -l unsplit -d 'Puts everything into the kernel'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand split" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand merge" -l out -d 'Where to put the source: a directory that does not exist or is empty' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand merge" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand merge" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -l object -d 'A linked kernel half: does something that may not sleep reach a crossing in it?' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -l plan -d 'The plan of that kernel half' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -l manifest-path -d 'A manifest through which to compile the crate, if not by its own' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -l features -d 'Features to turn on' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -l target-dir -d 'Cargo\'s target directory [default: `oracle` in the workspace\'s]' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -l forget -d 'Takes an edge (`CALLER->CALLEE`), a function (`FUNCTION`), a field that one touches (`FUNCTION.FIELD`) or writes (`FUNCTION.FIELD=`), or a lock that it takes (`FUNCTION.FIELD()`) out of the graph before it is compared: does the oracle see it?' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -l no-default-features -d 'Turns the default features off'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -l verbose -d 'Shows where the first calls are whose receiver\'s type is not known'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and not __fish_seen_subcommand_from show merge import help" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and not __fish_seen_subcommand_from show merge import help" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and not __fish_seen_subcommand_from show merge import help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and not __fish_seen_subcommand_from show merge import help" -f -a "show" -d 'Prints a profile as a table'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and not __fish_seen_subcommand_from show merge import help" -f -a "merge" -d 'Adds profiles up: counts and times add'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and not __fish_seen_subcommand_from show merge import help" -f -a "import" -d 'Makes a profile of a recording: the text of `perf script`, ftrace, bpftrace or a hist trigger'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and not __fish_seen_subcommand_from show merge import help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from show" -l driver -d 'The directory of the driver crate: checks that the profile is of this source' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from show" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from show" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from merge" -l out -d 'Where to write the sum [default: print it]' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from merge" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from merge" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l driver -d 'The directory of the driver crate' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l from -d 'What the text is [default: found out]' -r -f -a "perf\t'The text that `perf script` prints'
ftrace\t'The text of ftrace: function, function_graph, hits of probes'
histogram\t'Sums by function: bpftrace\'s maps, histograms of hist triggers'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l object -d 'The module that ran, or the kernel half: finds what was inlined, by its debug information' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l kernel -d 'The release of the kernel that was recorded, as `uname -r` printed it there' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l build-id -d 'The build id of what was recorded, as `perf buildid-list` prints it: `--object` must have it' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l event -d 'Of several events in the text of `perf script`, the one that counts' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l milliseconds -d 'How long it was recorded [default: from the first time in the text to the last]' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l workload -d 'What was going on, for people' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l out -d 'Where to write the profile [default: print it]' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -l samples -d 'A histogram counts samples of where time goes, and no calls'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "show" -d 'Prints a profile as a table'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "merge" -d 'Adds profiles up: counts and times add'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "import" -d 'Makes a profile of a recording: the text of `perf script`, ftrace, bpftrace or a hist trigger'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand repartition" -l profile -d 'A recorded profile; several are added up. Without one, frequencies are assumed' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand repartition" -l lambda -d 'What a line in the kernel is worth, in instructions per second [default: 10000]' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand repartition" -l budget -d 'Takes the plan with the fewest lines in the kernel that costs at most this share of what the machine executed while the profile was recorded, such as 5%' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand repartition" -l pin-threshold -d 'From what on an annotation is reported: a part of the predicted cost, or instructions a second' -r
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand repartition" -l out -d 'Where `--apply` writes it [default: profiles/DRIVER/plan.json in the workspace]' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand repartition" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'For programs'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand repartition" -l plan -d 'A plan that says where functions live: plan.json of a split, or what `repartition` wrote' -r -F
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand repartition" -l color -d 'Whether messages have colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand repartition" -l apply -d 'Writes the plan, for `split --plan`'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand repartition" -s h -l help -d 'Print help (see more with \'--help\')'
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
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "analyze" -d 'Prints where each function lives, and why'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "why" -d 'Prints why a function is where it is, what it would cost elsewhere, and what would have to change'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "graph" -d 'Prints the call graph'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "report" -d 'Writes a page that shows the call graph and explains every placement'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "split" -d 'Emits the two crates and the plan'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "merge" -d 'Makes the driver\'s source again from the two crates, byte for byte'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "verify" -d 'Compares the call graph with what the compiler sees'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "profile" -d 'Shows profiles, adds them up, and makes them of what kernel tools record'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "repartition" -d 'Makes a plan for what profiles recorded, and prints what moves, why, and what it saves'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "build" -d 'Builds the module for one kernel, and the user half'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "explain" -d 'Explains a diagnostic, or lists all'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "generate" -d 'Prints a man page or a shell\'s completions; packages are made with it'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and not __fish_seen_subcommand_from analyze why graph report split merge verify profile repartition build explain generate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "show" -d 'Prints a profile as a table'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "merge" -d 'Adds profiles up: counts and times add'
complete -c pcnet-partition -n "__fish_pcnet_partition_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "import" -d 'Makes a profile of a recording: the text of `perf script`, ftrace, bpftrace or a hist trigger'
