package catalog

import "time"

// unseen is a change of an entry that searches do not know yet.
type unseen struct {
	at    time.Time // from when on they do
	place int
	entry *entry
}

// set stores an entry at a place, where searches see it when the engine has read it.
func (c *Catalog) set(place int, e *entry) {
	if place == len(c.entries) {
		c.entries, c.searched = append(c.entries, nil), append(c.searched, nil)
	}
	c.entries[place] = e
	if c.lag == 0 {
		c.searched[place] = e
		return
	}
	c.unseen = append(c.unseen, unseen{c.cfg.Now().Add(c.lag), place, e})
}

// atOnce stores what f stores so that searches see it without delay.
func (c *Catalog) atOnce(f func() error) error {
	lag := c.lag
	c.lag = 0
	defer func() { c.lag = lag }()
	return f()
}

// refresh lets searches see what the engine has read by now.
func (c *Catalog) refresh() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, n := c.cfg.Now(), 0
	for n < len(c.unseen) && !c.unseen[n].at.After(now) {
		c.searched[c.unseen[n].place] = c.unseen[n].entry
		n++
	}
	if n > 0 {
		c.unseen = c.unseen[n:]
		c.forget()
	}
}
