package main

// maxrssPerMB converts ru_maxrss, which Linux counts in KiB (getrusage(2)).
const maxrssPerMB = 1024
