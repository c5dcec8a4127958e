/// Notifications live from RabbitMQ.
@NullMarked
package org.reckoner.collect.rabbitmq;

import org.jspecify.annotations.NullMarked;
