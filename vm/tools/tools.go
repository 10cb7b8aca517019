//go:build tools

// Package tools names the programs that the VM test builds, so that go.sum pins them and all that they are made of.
package tools

import (
	_ "github.com/lima-vm/lima/v2/cmd/lima-guestagent"
	_ "github.com/lima-vm/lima/v2/cmd/limactl"
)
