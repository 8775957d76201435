package term

import (
	"testing"
	"time"
)

func TestTransferred(t *testing.T) {
	for _, tt := range []struct {
		done, size int64
		took       time.Duration
		want       string
	}{
		{5e6, 20e6, 5 * time.Second, "5.0 of 20.0 MB, 1.0 MB/s, 15s left"},
		{20e6, 20e6, 2 * time.Second, "20.0 of 20.0 MB, 10.0 MB/s, 0s left"},
		{5e6, -1, 5 * time.Second, "5.0 MB, 1.0 MB/s"},
		{0, 20e6, time.Second, "0.0 MB, 0.0 MB/s"},
		{1e6, 2e6, 0, "1.0 of 2.0 MB, 1000.0 MB/s, 0s left"},
	} {
		if got := transferred(tt.done, tt.size, tt.took); got != tt.want {
			t.Errorf("transferred(%d, %d, %v) = %q, want %q", tt.done, tt.size, tt.took, got, tt.want)
		}
	}
}
