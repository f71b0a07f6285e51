# Completion of pifu for bash. tests/cli/test_manual.py compares the lists with the program.

_pifu_words() {
	case $1 in
	extract) echo "-f --format -o --output --receipt --bom --columns --color -e --encoding --input-format \
		--changes --hidden --salvage --limit --soffice -g --grammar --grammars --doubt --fail-on \
		--ignore -h --help" ;;
	check) echo "-o --output -e --encoding --input-format --changes --hidden --salvage --limit \
		--soffice -g --grammar --grammars --doubt --fail-on --ignore -h --help" ;;
	explain) echo "-o --output -e --encoding --input-format --changes --hidden --salvage --limit \
		--soffice -g --grammar --grammars --doubt -h --help" ;;
	dump) echo "-s --stage -o --output -e --encoding --input-format --changes --hidden --salvage \
		--limit --soffice -g --grammar --grammars --doubt -h --help" ;;
	grammar) echo "list check show draft -o --output -e --encoding --input-format --changes --hidden \
		--salvage --limit --soffice --grammars -h --help" ;;
	batch) echo "-f --format -o --output --bom --columns -r --recursive --glob --files-from -0 --null -j --jobs \
		--timeout --max-memory --max-member --max-depth --shard --retry-failed --fresh --progress \
		-e --encoding --input-format --changes --hidden --salvage --limit --soffice -g --grammar \
		--grammars --doubt -h --help" ;;
	worker) echo "-0 --null -j --jobs --timeout --max-memory --max-member --max-depth --shard --timing \
		-e --encoding --input-format --changes --hidden --salvage --limit --soffice -g --grammar \
		--grammars --doubt -h --help" ;;
	load) echo "-h --help" ;;
	export) echo "-f --format -o --output --columns --table --where --bom -h --help" ;;
	sql) echo "--schema -h --help" ;;
	diff) echo "-f --format -o --output -a --all -d --department -y --year --similarity --outlier --bom \
		--color -e --encoding --input-format --changes --hidden --salvage --limit --soffice -g --grammar \
		--grammars --doubt --fail-on --ignore -h --help" ;;
	schema) echo "record document closing diff grammar -h --help" ;;
	codes | limits) echo "-h --help" ;;
	help) echo "extract check explain dump grammar batch worker load export sql diff schema codes limits help -h --help" ;;
	*) echo "extract check explain dump grammar batch worker load export sql diff schema codes limits help -h --help -V --version" ;;
	esac
}

_pifu_codes() {
	"$1" codes 2>/dev/null | awk '$1 == "finding" || $1 == "check" { print $2 }'
}

_pifu_grammars() {
	"$1" grammar list 2>/dev/null | awk '{ print $1 }'
}

_pifu_formats() {
	case $1 in
	export) echo "csv jsonl xlsx datapackage postgres" ;;
	batch) echo "jsonl csv tsv json sqlite xlsx datapackage" ;;
	*) echo "jsonl json csv tsv table" ;;
	esac
}

# The values of an option of a command; status 1: it takes none that we know.
_pifu_values() {
	[[ ${COMP_WORDS[1]} == diff && ($2 == -f || $2 == --format) ]] && echo "table jsonl csv xlsx" && return
	case $2 in
	-f | --format) _pifu_formats "$3" ;;
	--columns) echo "keys zh" ;;
	--table) echo "runs documents forms functions indicators cells repairs findings records" ;;
	--schema) echo "sqlite postgres" ;;
	-s | --stage) echo "grid text rows view records" ;;
	--color) echo "auto always never" ;;
	--progress) echo "auto json none" ;;
	--changes) echo "accepted original" ;;
	--limit) "$1" limits 2>/dev/null | awk '{ print $1 "=" }' ;;
	--fail-on) echo "info notice warning error never" ;;
	--ignore) _pifu_codes "$1" ;;
	-g | --grammar) _pifu_grammars "$1" ;;
	--input-format) "$1" help extract 2>/dev/null |
		awk '/--input-format/ { on = 1; next } /^ *-/ { on = 0 } on { print $1 }' ;;
	*) return 1 ;;
	esac
}

_pifu_takes_file() {
	case $1 in -o | --output | --grammars | --soffice | --files-from) return 0 ;; *) return 1 ;; esac
}

_pifu() {
	local program=$1 current=$2 before=$3 command=${COMP_WORDS[1]} values done=

	# `--option=value` comes as three words
	if [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	elif [[ $current == = ]]; then
		current=
	fi
	if ((COMP_CWORD == 1)); then
		values=$(_pifu_words "")
	elif values=$(_pifu_values "$program" "$before" "$command"); then
		:
	elif _pifu_takes_file "$before"; then
		return # bash completes files by default
	elif [[ $command == grammar && ($before == show || $before == check) ]]; then
		values=$(_pifu_grammars "$program")
	elif [[ $command == grammar && ${COMP_WORDS[2]} == draft && $COMP_CWORD -gt 2 && $current != -* ]]; then
		return # a form
	elif [[ $command == explain && $current != -* ]]; then
		values=$(_pifu_codes "$program") # or a file, should no code begin so
	elif [[ $current == -* || $command == grammar || $command == schema || $command == help ]]; then
		values=$(_pifu_words "$command")
	else
		return
	fi
	[[ $before == --ignore || $before == --limit ]] && [[ $current == *,* ]] && done=${current%,*},
	mapfile -t COMPREPLY < <(compgen -P "$done" -W "$values" -- "${current#"$done"}")
}

complete -o default -F _pifu pifu
