package pgcluster

import "errors"

func onSmallDisk(dir string) error    { return errors.New("todo") }
func onReadOnlyDisk(dir string) error { return errors.New("todo") }
