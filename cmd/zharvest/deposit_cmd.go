package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/zenodo"
)

type depositCmd struct {
	List       depositListCmd       `cmd:"" help:"List depositions, the newest first."`
	Create     depositCreateCmd     `cmd:"" help:"Make a draft, with metadata and files where they are named."`
	Show       depositShowCmd       `cmd:"" help:"Print a deposition, or its metadata."`
	Update     depositUpdateCmd     `cmd:"" help:"Replace the metadata of a draft."`
	Delete     depositDeleteCmd     `cmd:"" help:"Delete a draft that was never published."`
	Files      depositFilesCmd      `cmd:"" help:"List the files of a deposition."`
	File       depositFileCmd       `cmd:"" help:"Print what is known of a file."`
	Upload     depositUploadCmd     `cmd:"" help:"Send files to a draft."`
	Download   depositDownloadCmd   `cmd:"" help:"Fetch files of a deposition."`
	Rename     depositRenameCmd     `cmd:"" help:"Give a file of a draft another name."`
	Sort       depositSortCmd       `cmd:"" help:"Put the files of a draft into an order."`
	Rm         depositRmCmd         `cmd:"" help:"Delete files of a draft."`
	Publish    depositPublishCmd    `cmd:"" help:"Make a draft public, for good."`
	Edit       depositEditCmd       `cmd:"" help:"Open what is published to be edited."`
	Discard    depositDiscardCmd    `cmd:"" help:"Drop what was changed since the last publication."`
	Newversion depositNewversionCmd `cmd:"" help:"Make the draft of a new version, with the files of the one before."`
	Check      depositCheckCmd      `cmd:"" help:"Check metadata, without sending anything."`
	Push       depositPushCmd       `cmd:"" help:"Bring a deposition to the state that metadata and files say."`
	Register   depositRegisterCmd   `cmd:"" help:"Register the DOI of all versions, where a server asks for that."`
}

// depositID is the argument of commands for one deposition.
type depositID struct {
	ID string `arg:"" name:"id" help:"Id of a deposition, or DOI or address of a record."`
}

// depositions makes the client for commands that need an access token, without
// which nothing is asked.
func (a *app) depositions() (*zenodo.DepositionsService, error) {
	a.tokenWarned.Store(true) // it is an error here
	client, err := a.newClient()
	if err != nil {
		return nil, err
	}
	if a.token.value == "" {
		return nil, &hintedError{
			err:  errors.New("depositions need an access token"),
			hint: "put one into $ZENODO_TOKEN, for the sandbox into $ZENODO_SANDBOX_TOKEN, or name a file with --token-file; make it in your settings at the repository, with the scopes deposit:write and deposit:actions",
			code: exitNotAllowed,
		}
	}
	return client.Depositions, nil
}

// deposition finds what the argument names, and the service for it.
func (d depositID) deposition(ctx context.Context, a *app) (*zenodo.DepositionsService, *zenodo.Deposition, error) {
	ref, ok := zenodo.ParseRef(d.ID)
	if !ok {
		return nil, nil, usageError(fmt.Sprintf("%q is no id, DOI or address of a record", d.ID), "write for example 1234567 or 10.5281/zenodo.1234567")
	}
	if err := d.elsewhere(a); err != nil {
		return nil, nil, err
	}
	service, err := a.depositions()
	if err != nil {
		return nil, nil, err
	}
	dep, err := a.findDeposition(ctx, service, ref)
	if errors.Is(err, zenodo.ErrNotFound) && !errors.Is(err, zenodo.ErrNoDepositAPI) {
		err = &hintedError{fmt.Errorf("deposition %s: %w", d.ID, err), `"zharvest deposit list" shows what there is; the sandbox has depositions of its own`, exitNotFound}
	}
	return service, dep, err
}

// elsewhere refuses addresses of Zenodo where the sandbox is asked, and the
// other way around: there the same number is something else, which could be
// deleted or published by mistake.
func (d depositID) elsewhere(a *app) error {
	address, err := url.Parse(strings.TrimSpace(d.ID))
	if err != nil {
		return nil // an id or a DOI
	}
	api, err := url.Parse(a.flags.API)
	if err != nil {
		return err
	}
	switch there, here := strings.ToLower(address.Host), strings.ToLower(api.Host); {
	case there == sandboxHost && here == zenodoHost:
		return usageError(d.ID+" is at the sandbox", "add --sandbox")
	case there == zenodoHost && here == sandboxHost:
		return usageError(d.ID+" is not at the sandbox", "leave out --sandbox, or name the API with --api")
	}
	return nil
}

// findDeposition finds a deposition. A DOI from elsewhere, and an id or DOI of
// all versions, is known only to the list of records.
func (a *app) findDeposition(ctx context.Context, service *zenodo.DepositionsService, ref zenodo.Ref) (*zenodo.Deposition, error) {
	id, typed := ref.ID, cmp.Or(string(ref.ID), string(ref.DOI))
	if ref.DOI != "" {
		id, _ = ref.DOI.RecordID()
	}
	if id != "" {
		dep, err := service.Get(ctx, id)
		if !errors.Is(err, zenodo.ErrNotFound) || errors.Is(err, zenodo.ErrNoDepositAPI) {
			return dep, err
		}
	}
	record, err := a.client.Records.Get(ctx, typed)
	if err != nil {
		return nil, err
	}
	return service.Get(ctx, record.ID)
}

// printDeposition prints a deposition as it is on the server by now.
func (a *app) printDeposition(ctx context.Context, service *zenodo.DepositionsService, id zenodo.RecordID) error {
	dep, err := service.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("read deposition %s: %w", id, err)
	}
	if a.flags.JSON {
		return a.printRaw(dep.Raw)
	}
	for _, row := range [][2]string{
		{"id", string(dep.ID)},
		{"state", string(dep.State)},
		{"title", dep.Title},
		{"doi", string(depositionDOI(dep))},
		{"concept_doi", string(dep.ConceptDOI)},
		{"url", dep.URL},
		{"bucket", dep.BucketURL},
		{"files", strconv.Itoa(len(dep.Files))},
	} {
		if err := a.printNamed(row[0], row[1]); err != nil {
			return err
		}
	}
	return nil
}

// printNamed prints a line of a name and a value.
func (a *app) printNamed(name, value string) error {
	line := a.stdout.Paint(term.Bold, name+":")
	if value != "" {
		line += " " + term.Printable(value)
	}
	_, err := fmt.Fprintln(a.stdout.Painted(), line)
	return err
}

// printRaw prints what a server sent, and ends the line.
func (a *app) printRaw(raw []byte) error {
	_, err := fmt.Fprintf(a.stdout, "%s\n", raw)
	return err
}

// depositionDOI is the DOI of what is published, or that a draft will have.
func depositionDOI(d *zenodo.Deposition) zenodo.DOI { return cmp.Or(d.DOI, d.ReservedDOI) }

// stateError is why something cannot be done to a deposition as it is.
func stateError(dep *zenodo.Deposition, problem, hint string) error {
	return &hintedError{fmt.Errorf("deposition %s %s", dep.ID, problem), hint, exitFailure}
}

// act does something to a deposition and prints what has become of it.
func (d depositID) act(ctx context.Context, a *app, what string, do func(*zenodo.DepositionsService, context.Context, zenodo.RecordID) (*zenodo.Deposition, error)) error {
	service, dep, err := d.deposition(ctx, a)
	if err != nil {
		return err
	}
	after, err := do(service, ctx, dep.ID)
	if err != nil {
		return fmt.Errorf("%s deposition %s: %w", what, dep.ID, err)
	}
	return a.printDeposition(ctx, service, after.ID)
}
