/* The headers are the library: this file only gives the package manager something to compile. */
