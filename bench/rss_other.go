//go:build !linux

package main

// maxrssPerMB converts ru_maxrss, which macOS counts in bytes (getrusage(2)).
const maxrssPerMB = 1024 * 1024
