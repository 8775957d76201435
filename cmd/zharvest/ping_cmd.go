package main

import (
	"context"
	"fmt"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/zenodo"
)

type pingCmd struct{}

// Help is shown below the flags.
func (*pingCmd) Help() string { return "Example: zharvest --sandbox ping" }

// pingReport is what ping prints as JSON.
type pingReport struct {
	API     string      `json:"api"`
	Seconds float64     `json:"seconds"`
	Records int         `json:"records"`
	Dialect string      `json:"dialect"`
	Limits  []pingLimit `json:"limits"`
	Token   pingToken   `json:"token"`
}

type pingLimit struct {
	Name       string   `json:"name"`
	PerMinute  *float64 `json:"per_minute"` // null where there is none
	FromServer bool     `json:"from_server"`
}

// pingToken never holds the token: only where it was found.
type pingToken struct {
	Source   *string `json:"source"`
	Accepted *bool   `json:"accepted"` // null without a token
}

// pingAttempts is how often ping tries: who asks what is wrong does not want
// to wait until it may have passed.
const pingAttempts = 2

func (*pingCmd) Run(ctx context.Context, a *app) error {
	a.tokenWarned.Store(true) // it is an error here
	client, err := a.newClient(zenodo.WithMaxAttempts(pingAttempts))
	if err != nil {
		return err
	}
	result, err := client.Ping(ctx)
	if err != nil {
		return err
	}
	report := a.pingReport(result)
	if a.flags.JSON {
		err = a.stdout.PrintJSON(report)
	} else {
		err = a.printPing(report)
	}
	if err == nil && result.Token && !result.Accepted {
		return &hintedError{
			err:  fmt.Errorf("the access token in %s is not accepted by %s", a.token.source, result.API),
			hint: "make a new token in your settings at the repository; the sandbox has tokens of its own",
			code: exitNotAllowed,
		}
	}
	return err
}

func (a *app) pingReport(r *zenodo.PingResult) pingReport {
	report := pingReport{API: r.API, Seconds: r.Duration.Seconds(), Records: r.Records, Dialect: string(r.Dialect), Limits: []pingLimit{}}
	for _, l := range r.Limits {
		limit := pingLimit{Name: l.Name, FromServer: l.FromServer}
		if l.PerMinute > 0 {
			limit.PerMinute = &l.PerMinute
		}
		report.Limits = append(report.Limits, limit)
	}
	if r.Token {
		report.Token = pingToken{Source: &a.token.source, Accepted: &r.Accepted}
	}
	return report
}

func (a *app) printPing(r pingReport) error {
	rows := [][]string{
		{"server", r.API},
		{"answer", fmt.Sprintf("in %.2f s, with %d records", r.Seconds, r.Records)},
		{"dialect", zenodo.Dialect(r.Dialect).String()},
	}
	for _, l := range r.Limits {
		text := "none known"
		if l.PerMinute != nil {
			text = fmt.Sprintf("%g requests a minute", *l.PerMinute)
			if !l.FromServer {
				text += " (as documented)"
			}
		}
		rows = append(rows, []string{"limit, " + l.Name, text})
	}
	token := "none found (ZENODO_TOKEN, for the sandbox ZENODO_SANDBOX_TOKEN, or --token-file)"
	if r.Token.Source != nil {
		token = *r.Token.Source + ", accepted"
		if !*r.Token.Accepted {
			token = *r.Token.Source + ", not accepted"
		}
	}
	rows = append(rows, []string{"access token", token})
	for _, row := range rows {
		if _, err := fmt.Fprintf(a.stdout, "%-14s %s\n", row[0]+":", term.Printable(row[1])); err != nil {
			return err
		}
	}
	return nil
}
