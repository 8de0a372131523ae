// Between the others: it is called before low, which has the same priority.
#define DIGIT 2
#define PRIORITY 0
#define BEFORE "other,low"
#define AFTER 0
#include "layer.h"
