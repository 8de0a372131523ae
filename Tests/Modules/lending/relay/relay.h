/* What relay exports: counts up, and adds 1000 to a count that is odd. */
extern int relay(int by);
