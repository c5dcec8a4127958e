# CloudKitty's processor. It rates what is due at its start, and then looks again once an hour.
background cloudkitty-processor cloudkitty-processor --config-file "$OS_RUN/etc/cloudkitty/cloudkitty.conf"
