package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mark is the greatest token that was let through, in a file that survives us.
type mark struct {
	file  string
	token int64
}

// readMark fails when the file is there and is not one of ours: to begin at 0 would let everybody in.
func readMark(file string) (*mark, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return &mark{file: file}, nil
	}
	if err != nil {
		return nil, err
	}
	token, err := strconv.ParseUint(strings.TrimSuffix(string(text), "\n"), 10, 63)
	if err != nil || token < 1 {
		return nil, fmt.Errorf("%s holds no token", file)
	}
	return &mark{file: file, token: int64(token)}, nil
}

// raise returns nil when the new token is on the disk. Written aside and renamed, the file is always a whole one; the
// folder is synced because a name is part of it (fsync(2), "DESCRIPTION").
func (m *mark) raise(token int64) error {
	aside := m.file + ".new"
	if err := write(aside, fmt.Sprintln(token)); err != nil {
		return err
	}
	if err := os.Rename(aside, m.file); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(m.file))
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil {
		return err
	}
	m.token = token
	return nil
}

func write(path, text string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		return err
	}
	return file.Sync()
}
