package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help is shown below the flags.
func (*completionCmd) Help() string {
	return `Examples:
  bash: source <(zharvest completion bash)
  zsh:  zharvest completion zsh > "${fpath[1]}/_zharvest"
  fish: zharvest completion fish > ~/.config/fish/completions/zharvest.fish`
}

func (c *completionCmd) Run(a *app, k *kong.Kong) error {
	var script string
	switch words := wordsOf(k.Model.Node); c.Shell {
	case "bash":
		script = bashCompletion(words)
	case "zsh":
		script = "#compdef zharvest\nautoload -U +X bashcompinit && bashcompinit\n" + bashCompletion(words)
	case "fish":
		script = fishCompletion(k.Model.Node)
	}
	_, err := fmt.Fprint(a.stdout, script)
	return err
}

// wordsOf are the commands and flags that may follow each command, which is
// named by its path.
func wordsOf(root *kong.Node) map[string][]string {
	words := map[string][]string{}
	var walk func(n *kong.Node, path string, inherited []string)
	walk = func(n *kong.Node, path string, inherited []string) {
		flags := slices.Clone(inherited)
		for _, f := range n.Flags {
			if !f.Hidden {
				flags = append(flags, "--"+f.Name)
			}
		}
		all := slices.Clone(flags)
		for _, child := range n.Children {
			all = append(all, child.Name)
			if child == n.DefaultCmd {
				for _, f := range child.Flags {
					all = append(all, "--"+f.Name)
				}
			}
			walk(child, strings.TrimSpace(path+" "+child.Name), flags)
		}
		slices.Sort(all)
		words[path] = slices.Compact(all)
	}
	walk(root, "", nil)
	return words
}

// bashCompletion completes by the words before the cursor that are commands.
func bashCompletion(words map[string][]string) string {
	var b strings.Builder
	b.WriteString("_zharvest() {\n  local cur=\"${COMP_WORDS[COMP_CWORD]}\" path=\"\" i\n")
	b.WriteString("  for ((i = 1; i < COMP_CWORD; i++)); do\n    case \"$path ${COMP_WORDS[i]}\" in\n")
	for _, path := range slices.Sorted(maps.Keys(words)) {
		if path != "" {
			fmt.Fprintf(&b, "      %q) path=%q ;;\n", " "+path, " "+path)
		}
	}
	b.WriteString("    esac\n  done\n  local words\n  case \"$path\" in\n")
	for _, path := range slices.Sorted(maps.Keys(words)) {
		key := path
		if path != "" {
			key = " " + path
		}
		fmt.Fprintf(&b, "    %q) words=%q ;;\n", key, strings.Join(words[path], " "))
	}
	b.WriteString("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F _zharvest zharvest\n")
	return b.String()
}

// fishCompletion describes commands and flags one by one.
func fishCompletion(root *kong.Node) string {
	var b strings.Builder
	flags := func(n *kong.Node, condition string) {
		for _, f := range n.Flags {
			if f.Hidden {
				continue
			}
			fmt.Fprintf(&b, "complete -c zharvest%s -l %s", condition, f.Name)
			if f.Short != 0 {
				fmt.Fprintf(&b, " -s %c", f.Short)
			}
			if !f.IsBool() {
				b.WriteString(" -r")
			}
			fmt.Fprintf(&b, " -d %s\n", fishQuote(f.Help))
		}
	}
	flags(root, "")
	for _, command := range root.Children {
		fmt.Fprintf(&b, "complete -c zharvest -n __fish_use_subcommand -f -a %s -d %s\n", command.Name, fishQuote(command.Help))
		condition := " -n '__fish_seen_subcommand_from " + command.Name + "'"
		flags(command, condition)
		for _, child := range command.Children {
			fmt.Fprintf(&b, "complete -c zharvest%s -f -a %s -d %s\n", condition, child.Name, fishQuote(child.Help))
			flags(child, condition)
		}
	}
	return b.String()
}

func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", " ").Replace(s) + "'"
}
